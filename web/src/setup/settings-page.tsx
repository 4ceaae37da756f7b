// The settings: one section for each thing that can be set up or looked after.
import { type ReactNode, useEffect } from "react";
import { Link } from "../router";
import { ConnectSection } from "./connect-section";
import { KeysSection } from "./keys-section";
import { PricesSection } from "./prices-section";
import { ProjectsSection } from "./projects-section";
import { RetentionSection } from "./retention-section";
import { ServerSection } from "./server-section";
import "./setup.css";

interface Section {
  id: string;
  label: string;
  content: ReactNode;
}

const SECTIONS: readonly Section[] = [
  { id: "connect", label: "Connect", content: <ConnectSection /> },
  { id: "projects", label: "Projects", content: <ProjectsSection /> },
  { id: "keys", label: "Keys", content: <KeysSection /> },
  { id: "prices", label: "Prices", content: <PricesSection /> },
  { id: "retention", label: "Retention", content: <RetentionSection /> },
  { id: "server", label: "Server", content: <ServerSection /> },
];

export default function SettingsPage({ section }: { section: string | null }) {
  const current = SECTIONS.find((one) => one.id === section) ?? SECTIONS[0];
  useEffect(() => {
    document.title = `${current?.label} · Settings · Tracewood`;
  }, [current]);
  return (
    <>
      <header className="bar">
        <h1>Settings</h1>
      </header>
      <div className="setup">
        <nav className="setup-sections" aria-label="Settings">
          {SECTIONS.map((one) => (
            <Link key={one.id} to={`/settings/${one.id}`} aria-current={one === current ? "page" : undefined}>
              {one.label}
            </Link>
          ))}
        </nav>
        {/* What scrolls must be reachable by key. */}
        <div className="setup-section" tabIndex={0} role="region" aria-label={current?.label} key={current?.id}>
          {current?.content}
        </div>
      </div>
    </>
  );
}
