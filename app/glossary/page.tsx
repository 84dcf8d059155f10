import type { Metadata } from "next";
import { InlineText } from "../../components/ui/inline-text.tsx";
import { SiteFooter } from "../../components/ui/site-footer.tsx";
import { loadGlossary } from "../../lib/content/load.ts";

export const metadata: Metadata = { title: "Glossary", description: "The words of deployment, in a sentence or two each." };

export default function Glossary() {
  const terms = loadGlossary();
  return (
    <main id="content" className="glossary mx-auto max-w-[44rem] px-5 pb-24 sm:px-8">
      <h1 className="pt-14 font-semibold font-serif text-4xl tracking-tight sm:text-5xl">Glossary</h1>
      <p className="mt-4 font-serif text-ink-soft text-xl leading-relaxed">
        The same words mean the same things in every lesson. In the text they are dotted underneath.
      </p>
      <dl className="mt-10">
        {terms.map((term) => (
          <div
            key={term.id}
            id={term.id}
            className="grid gap-x-8 gap-y-1 border-line border-t py-5 target:bg-tint sm:grid-cols-[12rem_1fr]"
          >
            <dt className="font-semibold font-serif text-lg">{term.term}</dt>
            <dd className="font-serif text-lg leading-relaxed">
              <InlineText text={term.text} />
              {term.also.length > 0 ? <p className="mt-1 font-sans text-ink-soft text-sm">Also: {term.also.join(", ")}</p> : null}
            </dd>
          </div>
        ))}
      </dl>
      <SiteFooter />
    </main>
  );
}
