// Catches what breaks while a page is drawn, so that the frame stays and the reader is told.
import { Component, type ReactNode } from "react";
import { FailureNotice } from "./notice";

interface BoundaryState {
  error: unknown;
}

export class Boundary extends Component<{ children: ReactNode }, BoundaryState> {
  override state: BoundaryState = { error: null };

  static getDerivedStateFromError(error: unknown): BoundaryState {
    return { error };
  }

  override render() {
    if (this.state.error === null) return this.props.children;
    return <FailureNotice error={this.state.error} onRetry={() => this.setState({ error: null })} isRetrying={false} />;
  }
}
