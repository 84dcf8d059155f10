/** Lets the browser fetch a lab's definition while the page's own code is still being run. Small screens are asked first. */
export function LabPreload({ definition }: { definition: string }) {
  return <link rel="preload" as="fetch" crossOrigin="anonymous" href={definition} media="(min-width: 800px)" fetchPriority="low" />;
}
