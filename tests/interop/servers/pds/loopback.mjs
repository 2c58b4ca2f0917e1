// Loaded before anything else: whatever this process serves, it serves to this machine only.
// Neither the PDS nor the PLC directory can be told an address, only a port.
import { Server } from 'node:net'

const listen = Server.prototype.listen
Server.prototype.listen = function (first, ...rest) {
  const isOptions = first !== null && typeof first === 'object' && 'port' in first
  if (isOptions) return listen.call(this, { ...first, host: '127.0.0.1' }, ...rest)
  const callbacks = rest.filter((argument) => typeof argument === 'function')
  return listen.call(this, { port: Number(first), host: '127.0.0.1' }, ...callbacks)
}
