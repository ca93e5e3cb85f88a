// The console in a browser.
import { testAll } from './browser.mjs';
import './console/door.mjs';
import './console/wheel.mjs';
import './console/feed.mjs';
import './console/chat.mjs';
import './console/choices.mjs';
import './console/curl.mjs';
import './console/hostility.mjs';
import './console/senses.mjs';

// Each mostly waits for its page.
testAll(2);
