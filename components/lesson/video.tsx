interface Props {
  /** Addresses on this site. */
  src: string;
  captions: string;
  title: string;
  language: string;
}

/** A film with its captions, which are on from the start; the browser's own controls have keys and names for everything. */
export function Video({ src, captions, title, language }: Props) {
  return (
    <figure className="film not-prose">
      <video controls preload="metadata" playsInline aria-label={title}>
        <source src={src} type={src.endsWith(".mp4") ? "video/mp4" : "video/webm"} />
        <track kind="captions" src={captions} srcLang={language} label="Captions" default />
      </video>
      <figcaption>{title}</figcaption>
    </figure>
  );
}
