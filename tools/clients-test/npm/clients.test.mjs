// The SDKs, recorded requests, and the OpenAPI document, in one process, because each process loads Node and its SDK anew.
import './openai.test.mjs';
import './groq.test.mjs';
import './cerebras.test.mjs';
import './anthropic.test.mjs';
import './responses.test.mjs';
import './aisdk.test.mjs';
import './recorded.test.mjs';
import './openapi.test.mjs';
