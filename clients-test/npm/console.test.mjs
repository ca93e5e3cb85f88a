// The console in a browser.
import './console/door.mjs';
import './console/wheel.mjs';
import './console/feed.mjs';
import './console/chat.mjs';
import './console/choices.mjs';
import './console/hostility.mjs';
import './console/senses.mjs';
