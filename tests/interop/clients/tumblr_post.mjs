// Posts with tumblr.js, the client library of Tumblr's makers, and reads the post back.
//
//   node tumblr_post.mjs SERVICE CONSUMER_KEY CONSUMER_SECRET TOKEN TOKEN_SECRET TEXT PICTURE ALT
//
// Prints one JSON document: what the server says that it holds.
import { createReadStream } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import { Client } from 'tumblr.js'

// It takes every address for one of HTTPS (5.0.1), and a sandbox has no certificate.
https.request = http.request

const [baseUrl, consumer_key, consumer_secret, token, token_secret, text, picture, alt_text] =
  process.argv.slice(2)
const client = new Client({ baseUrl, consumer_key, consumer_secret, token, token_secret })
const { user } = await client.userInfo()
const blog = user.blogs[0].name

const tags = ['slow travel', 'film']
const created = await client.createPost(blog, {
  state: 'draft',
  tags,
  content: [
    { type: 'text', text },
    { type: 'image', media: createReadStream(picture), alt_text },
  ],
})
const { posts: drafts } = await client.blogDrafts(blog, { npf: true })
const draft = drafts.find((post) => post.id_string === created.id)
const edited = await client.editPost(blog, created.id, {
  state: 'published',
  tags,
  content: draft.content,
})
const { posts } = await client.blogPosts(blog, { npf: true, limit: 20 })
const post = posts.find((post) => post.genesis_post_id === created.id)
const { posts: left } = await client.blogDrafts(blog, { npf: true })
const anonymous = new Client({ baseUrl, consumer_key })
const seen = await anonymous.blogPosts(blog, { npf: true })
await client.deletePost(blog, edited.id)
const after = await client.blogPosts(blog, { npf: true })
console.log(JSON.stringify({
  blog,
  areNamesStrings: typeof created.id === 'string' && typeof edited.id === 'string',
  isOne: post?.id_string === edited.id && seen.posts.length === 1,
  isHidden: seen.posts[0].genesis_post_id === undefined,
  draftsLeft: left.length,
  postsAfter: after.posts.length,
  post,
}))
