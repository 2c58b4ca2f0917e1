// A real PDS and a real PLC directory (in memory) on free ports, with two accounts.
//
//   node --import ./loopback.mjs server.mjs WORK
//
// Once both serve, WORK/env holds what a client needs, one KEY=VALUE a line.
import { randomBytes } from 'node:crypto'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { PDS, envToCfg, envToSecrets } from '@atproto/pds'
import plc from '@did-plc/server'

const work = process.argv[2]
const jwtSecret = randomBytes(24).toString('hex')
const [plcPort, pdsPort] = [await freePort(), await freePort()]
const plcUrl = `http://127.0.0.1:${plcPort}`
const pdsUrl = `http://127.0.0.1:${pdsPort}`

const directory = plc.PlcServer.create({ db: plc.Database.mock(), port: plcPort })
await directory.start()
const pds = await startPds()
process.on('SIGTERM', async () => {
  await pds.destroy()
  await directory.destroy()
  process.exit(0)
})

const alice = await createAccount('alice')
const bob = await createAccount('bob')
const appPassword = await call('com.atproto.server.createAppPassword', { name: 'hayon' }, alice)
await write({
  PDS_URL: pdsUrl,
  PLC_URL: plcUrl,
  PDS_JWT_SECRET: jwtSecret,
  ALICE_HANDLE: alice.handle,
  ALICE_DID: alice.did,
  ALICE_PASSWORD: alice.password,
  ALICE_APP_PASSWORD: appPassword.password,
  BOB_HANDLE: bob.handle,
  BOB_DID: bob.did,
})

async function startPds() {
  const blobs = join(work, 'blobs')
  await mkdir(blobs, { recursive: true })
  const settings = {
    devMode: true,
    port: pdsPort,
    hostname: 'localhost',
    dataDirectory: work,
    blobstoreDiskLocation: blobs,
    didPlcUrl: plcUrl,
    adminPassword: randomBytes(16).toString('hex'),
    jwtSecret,
    serviceHandleDomains: ['.test'],
    plcRotationKeyK256PrivateKeyHex: randomBytes(32).toString('hex'),
    inviteRequired: false,
    disableSsrfProtection: true,
    rateLimitsEnabled: true,
    bskyAppViewUrl: 'https://appview.invalid',
    bskyAppViewDid: 'did:example:invalid',
    blobUploadLimit: 50 * 1024 * 1024,
  }
  const server = await PDS.create(envToCfg(settings), envToSecrets(settings))
  await server.start()
  return server
}

async function createAccount(name) {
  const password = randomBytes(12).toString('hex')
  const account = { email: `${name}@example.com`, handle: `${name}.test`, password }
  return { ...(await call('com.atproto.server.createAccount', account)), password }
}

async function call(method, body, session) {
  const headers = { 'content-type': 'application/json' }
  if (session) headers.authorization = `Bearer ${session.accessJwt}`
  const answer = await fetch(`${pdsUrl}/xrpc/${method}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${method}: ${answer.status} ${await answer.text()}`)
  return answer.json()
}

// Written aside and renamed, so that whoever waits for it never reads half.
async function write(variables) {
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`)
  await writeFile(join(work, 'env.new'), lines.join(''))
  await rename(join(work, 'env.new'), join(work, 'env'))
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.on('error', reject)
    probe.listen(0, () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}
