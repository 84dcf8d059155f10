import Link from "next/link";

export const metadata = { title: "No such page" };

export default function NotFound() {
  return (
    <main id="content" className="mx-auto max-w-2xl px-6 py-24">
      <p className="running-head">404</p>
      <h1 className="mt-3 font-semibold font-serif text-4xl">There is no page at this address</h1>
      <p className="mt-4 font-serif text-lg leading-relaxed">
        The link may be old, or the address mistyped. Every lesson is listed{" "}
        <Link className="link" href="/">
          in the catalogue
        </Link>
        .
      </p>
    </main>
  );
}
