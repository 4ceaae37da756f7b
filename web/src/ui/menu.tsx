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
  // On the side on which there is more room.
  const isLeft = button.left + button.right < window.innerWidth;
  menu.style.left = isLeft ? `${Math.max(8, button.left)}px` : "auto";
  menu.style.right = isLeft ? "auto" : `${Math.max(8, window.innerWidth - button.right)}px`;
}

interface MenuProps {
  icon: IconName;
  label: string;
  /** What the button is called where the label is the choice that was made. */
  name?: string;
  /** Whether the label stays where there is little room. */
  isLabelKept?: boolean;
  children: ReactNode;
}

export function Menu({ icon, label, name, isLabelKept = false, children }: MenuProps) {
  const id = useId();
  return (
    <>
      <button type="button" className="button" popoverTarget={id} title={name}>
        <Icon name={icon} />{" "}
        <span className={isLabelKept ? undefined : "menu-label"}>
          {name && <span className="unseen">{name}: </span>}
          {label}
        </span>
      </button>
      <div id={id} popover="auto" className="popover menu" onToggle={toggled}>
        {children}
      </div>
    </>
  );
}
