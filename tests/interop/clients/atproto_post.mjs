// Posts with @atproto/api, the client library of Bluesky's makers, and reads the post back.
//
//   node atproto_post.mjs SERVICE HANDLE PASSWORD TEXT PICTURE ALT
//
// Prints one JSON document: what the server says that it holds.
import { readFile } from 'node:fs/promises'
import { AtpAgent, RichText } from '@atproto/api'

const [service, identifier, password, words, picture, alt] = process.argv.slice(2)
const agent = new AtpAgent({ service })
await agent.login({ identifier, password })

const text = new RichText({ text: words })
await text.detectFacets(agent)
const upload = await agent.uploadBlob(await readFile(picture), { encoding: 'image/png' })
const { uri, cid } = await agent.post({
  text: text.text,
  facets: text.facets,
  langs: ['en'],
  embed: {
    $type: 'app.bsky.embed.images',
    images: [{ image: upload.data.blob, alt, aspectRatio: { width: 16, height: 9 } }],
  },
})

const [repo, collection, rkey] = uri.slice('at://'.length).split('/')
const { data } = await agent.com.atproto.repo.getRecord({ repo, collection, rkey })
console.log(JSON.stringify({
  did: agent.session.did,
  isSame: data.uri === uri && data.cid === cid,
  record: data.value,
}))
