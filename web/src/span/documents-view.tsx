// What a retrieval found: a ranked list, the score beside each, the best one's as the measure of the others.
import { useState } from "react";
import { significant } from "../format/quantity";
import { oneLine } from "../format/text";
import type { Document } from "./documents";
import { JsonTree } from "./json-tree";
import { LongText } from "./long-text";

/** How many are drawn at once. */
const DOCUMENTS = 50;

export function DocumentsView({ documents }: { documents: Document[] }) {
  const [shown, setShown] = useState(DOCUMENTS);
  const best = documents.reduce((most, { score }) => Math.max(most, Math.abs(score ?? 0)), 0);
  return (
    <>
      <ol className="documents">
        {documents.slice(0, shown).map((document, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the rank is what a document is in this list.
          <li key={index}>
            <div className="document-rank">{index + 1}</div>
            <div className="document-body">
              <header>
                {document.title && (
                  <strong className="foreign" dir="auto">
                    {oneLine(document.title, 200)}
                  </strong>
                )}
                {document.id && <code className="aside foreign">{oneLine(document.id, 100)}</code>}
              </header>
              {document.text && <LongText text={document.text} className="said" linesMax={6} charsMax={800} />}
              {Object.keys(document.rest).length > 0 && (
                <details>
                  <summary>More about it</summary>
                  <JsonTree value={document.rest} />
                </details>
              )}
            </div>
            <div className="document-score" title={document.score === null ? undefined : `Score ${document.score}`}>
              {document.score !== null && (
                <>
                  <span className="quantity">{significant(document.score)}</span>
                  <span className="list-bar" aria-hidden="true">
                    <span style={{ width: `${best > 0 ? (Math.abs(document.score) / best) * 100 : 0}%` }} />
                  </span>
                </>
              )}
            </div>
          </li>
        ))}
      </ol>
      {documents.length > shown && (
        <button type="button" className="button-link" onClick={() => setShown(shown + 200)}>
          {`… show ${Math.min(200, documents.length - shown)} more of ${documents.length}`}
        </button>
      )}
    </>
  );
}
