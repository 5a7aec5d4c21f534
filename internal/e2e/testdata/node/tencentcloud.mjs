// An administrator on Tencent Cloud's official client: each call that stands on the input is made, and its answer is a line
// on the output.
import dns from 'node:dns';
import { createInterface } from 'node:readline';
import sdk from 'tencentcloud-sdk-nodejs-common';

const { ENDPOINT, SECRET_ID: secretId, SECRET_KEY: secretKey } = process.env;
const { protocol, hostname, port } = new URL(ENDPOINT);

// The client signs for the service that the endpoint's name begins with, so the double gets such a name.
const lookup = dns.lookup;
dns.lookup = (_name, options, done) => lookup(hostname, options, done);
const client = new sdk.CommonClient(`organization.localhost:${port}`, '2018-12-25', {
  credential: { secretId, secretKey },
  profile: { httpProfile: { protocol: `${protocol}//` } },
});

for await (const line of createInterface({ input: process.stdin })) {
  const { action, parameters } = JSON.parse(line);
  const answer = await client.request(action, parameters).catch(({ code, message, requestId }) => ({ code, message, requestId }));
  console.log(JSON.stringify(answer));
}
