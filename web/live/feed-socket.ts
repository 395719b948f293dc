import type { SocketEvents } from './feed-connection.ts';

/** Opens the feed of the engine that served this page. */
export function openFeedSocket(query: string, events: SocketEvents): { close: () => void } {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  const socket = new WebSocket(
    `${scheme}://${location.host}/alarms/${query === '' ? '' : `?${query}`}`,
  );
  socket.addEventListener('message', (event: MessageEvent<unknown>) => {
    if (typeof event.data === 'string') events.message(event.data);
  });
  socket.addEventListener('close', events.closed);
  return {
    close: () => {
      socket.close();
    },
  };
}
