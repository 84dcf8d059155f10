/** Where the pane has been: pages before and after the one it shows. */
export class PaneHistory {
  private entries: string[] = [];
  private at = -1;
  /** The next page that arrives is the one that back or forward asked for. */
  private moving = false;

  get canGoBack(): boolean {
    return this.at > 0;
  }

  get canGoForward(): boolean {
    return this.at < this.entries.length - 1;
  }

  /** A page is shown. After a link it comes behind the one before, and what was forward of that is forgotten. */
  arrived(url: string): void {
    if (this.moving) {
      this.moving = false;
      this.entries[this.at] = url;
    } else if (this.entries[this.at] !== url) {
      this.at += 1;
      this.entries.splice(this.at, Infinity, url);
    }
  }

  /** An address was asked for, whatever back or forward wanted before. */
  asked(): void {
    this.moving = false;
  }

  /** The address to go to; undefined at the first page. */
  back(): string | undefined {
    return this.canGoBack ? this.move(-1) : undefined;
  }

  forward(): string | undefined {
    return this.canGoForward ? this.move(1) : undefined;
  }

  private move(by: number): string | undefined {
    this.at += by;
    this.moving = true;
    return this.entries[this.at];
  }
}
