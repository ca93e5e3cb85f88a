/// The native API over WebSocket.
@NullMarked
package io.keywheel.adapters.http.websocket;

import org.jspecify.annotations.NullMarked;
