// A button with something that floats below it until the reader looks elsewhere.
import { type ReactNode, type ToggleEvent, useId } from "react";
import { Icon, type IconName } from "./icons";

/** Tells the keys of the page that something lies on top of it, and puts it below its button. */
function toggled(event: ToggleEvent<HTMLElement>) {
  const menu = event.currentTarget;
  const isOpen = event.newState === "open";
  menu.toggleAttribute("data-open", isOpen);
  const button = document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`)?.getBoundingClientRect();
  if (!isOpen || !button) return;
  menu.style.top = `${button.bottom + 4}px`;
  menu.style.right = `${Math.max(8, window.innerWidth - button.right)}px`;
}

interface MenuProps {
  icon: IconName;
  label: string;
  children: ReactNode;
}

export function Menu({ icon, label, children }: MenuProps) {
  const id = useId();
  return (
    <>
      <button type="button" className="button" popoverTarget={id}>
        <Icon name={icon} /> <span className="menu-label">{label}</span>
      </button>
      <div id={id} popover="auto" className="popover menu" onToggle={toggled}>
        {children}
      </div>
    </>
  );
}
