// The console in a browser.
import { testAll } from './browser.mjs';
import './console/access-token.mjs';
import './console/keys.mjs';
import './console/banner.mjs';
import './console/recent.mjs';
import './console/feed.mjs';
import './console/chat.mjs';
import './console/choices.mjs';
import './console/curl.mjs';
import './console/hostility.mjs';
import './console/requests.mjs';
import './console/usage.mjs';
import './console/accessibility.mjs';
import './console/images.mjs';

// More at a time take longer where there are two processors: each then has a page of its own.
testAll(4);
