// The floor that every figure is a ratio of: a node:http server that collects the body, parses it and answers 200.

import { createServer } from 'node:http';

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
  });
  request.on('end', () => {
    const [first] = chunks;
    const body = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
    JSON.parse(body.toString());
    response.writeHead(200, { 'content-length': '0' });
    response.end();
  });
});

server.listen(Number(process.argv[2] ?? 0), '127.0.0.1');
