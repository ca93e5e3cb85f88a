// The console in a browser. Only the tests of imported files run.
import { testAll } from './browser.mjs';
import './console/access-token.mjs';
import './console/keys.mjs';
import './console/banner.mjs';
import './console/recent.mjs';
import './console/feed.mjs';
import './console/chat.mjs';
import './console/choices.mjs';
import './console/curl.mjs';
import './console/untrusted-text.mjs';
import './console/requests.mjs';
import './console/usage.mjs';
import './console/accessibility.mjs';
import './console/images.mjs';

// More tests at a time need more pages, and take longer on two processors.
testAll(4);
