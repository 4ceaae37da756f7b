// Sets a price of the project's own.
import { type FormEvent, useState } from "react";
import { setPrice } from "../api/settings";
import { Trouble } from "./parts";
import { useChange } from "./use-change";

const EMPTY = { model: "", provider: "", from: "", input: "", output: "", read: "", write: "" };

type Fields = typeof EMPTY;

const FIELDS: readonly { id: keyof Fields; label: string; hint: string; type: "text" | "date" | "number" }[] = [
  { id: "model", label: "Model", hint: "gpt-4o*", type: "text" },
  { id: "provider", label: "Provider", hint: "any", type: "text" },
  { id: "from", label: "From (UTC)", hint: "ever", type: "date" },
  { id: "input", label: "Input", hint: "2.5", type: "number" },
  { id: "output", label: "Output", hint: "10", type: "number" },
  { id: "read", label: "From cache", hint: "as input", type: "number" },
  { id: "write", label: "To cache", hint: "as input", type: "number" },
];

export function NewPriceForm() {
  const [fields, setFields] = useState(EMPTY);
  const change = useChange(setPrice, "prices", () => setFields(EMPTY));
  const isReady = fields.model.trim() !== "" && fields.input !== "" && fields.output !== "";
  const number = (text: string) => (text === "" ? null : Number(text));
  const send = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({
      model: fields.model.trim(),
      provider: fields.provider.trim() || null,
      from: fields.from === "" ? null : `${fields.from}T00:00:00Z`,
      input_usd_per_million: Number(fields.input),
      output_usd_per_million: Number(fields.output),
      cache_read_usd_per_million: number(fields.read),
      cache_write_usd_per_million: number(fields.write),
    });
  };
  return (
    <form className="setup-form" onSubmit={send} aria-label="A price of your own">
      {FIELDS.map(({ id, label, hint, type }) => (
        <label key={id} className={`setup-${type}`}>
          {label}
          <input
            className="field"
            type={type}
            placeholder={hint}
            autoComplete="off"
            spellCheck={false}
            {...(type === "number" ? { min: 0, step: "any" } : {})}
            value={fields[id]}
            onChange={(event) => setFields({ ...fields, [id]: event.target.value })}
          />
        </label>
      ))}
      <button type="submit" className="button" disabled={!isReady || change.isPending}>
        {change.isPending ? "Setting it…" : "Set the price"}
      </button>
      <Trouble error={change.error} />
    </form>
  );
}
