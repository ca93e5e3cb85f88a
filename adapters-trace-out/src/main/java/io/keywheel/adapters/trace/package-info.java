/// Traces of requests, chats and attempts. Start reading at [Traces].
@NullMarked
package io.keywheel.adapters.trace;

import org.jspecify.annotations.NullMarked;
