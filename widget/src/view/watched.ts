import { effect } from "@preact/signals-core";
import { Component, type ComponentChild, type ComponentType } from "preact";

/** A component that is drawn again when a signal that it has read changes. The signals' own bindings to Preact do the same for ten times the bytes. */
export function watched<P>(draw: (props: P) => ComponentChild): ComponentType<P> {
  return class extends Component<P> {
    stop = (): void => {};

    override componentWillUnmount(): void {
      this.stop();
    }
    override render(): ComponentChild {
      this.stop();
      let drawn: ComponentChild;
      let isDrawing = true;
      this.stop = effect(() => {
        if (isDrawing) drawn = draw(this.props);
        else this.setState({});
      });
      isDrawing = false;
      return drawn;
    }
  };
}
