// A component that is drawn again only when its properties differ; signals that it reads still redraw it.
import { Component, type ComponentType } from "preact";

/** Wraps a component; properties are compared one by one by identity, those in `ignore` not at all. */
export function memo<P extends object>(Inner: ComponentType<P>, ignore: readonly (keyof P)[] = []): ComponentType<P> {
  return class Memo extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      const keys = new Set([...Object.keys(this.props), ...Object.keys(next)]) as Set<keyof P>;
      return [...keys].some((key) => !ignore.includes(key) && this.props[key] !== next[key]);
    }
    override render() {
      return <Inner {...(this.props as P)} />;
    }
  };
}
