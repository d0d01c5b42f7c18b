import { createPinia } from 'pinia';
import { createApp } from 'vue';
import '../styles/tokens.css';
import '../styles/base.css';
import type { AppSession } from '../client/app-session';
import { createSession, type Surroundings } from '../client/create-session';
import { SESSION } from '../client/session';
import App from './App.vue';
import { DROP_TOKENS } from './drop-tokens';
import { GRID, GridControl } from './grid-control';

/** Builds the session and mounts the window on an element. */
export function mountApp(element: Element, surroundings: Surroundings): AppSession {
  const session = createSession(surroundings);
  const app = createApp(App);
  app.config.errorHandler = (error) => {
    session.say(error instanceof Error ? error.message : String(error), 'error');
    console.error(error);
  };
  if (surroundings.tokensOf) app.provide(DROP_TOKENS, surroundings.tokensOf);
  app.use(createPinia()).provide(SESSION, session).provide(GRID, new GridControl()).mount(element);
  addEventListener('pagehide', () => session.dispose(), { once: true });
  return session;
}
