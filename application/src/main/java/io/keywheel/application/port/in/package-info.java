/// The use cases: chats, the gateway's status, models, clients, usage, reload.
@NullMarked
package io.keywheel.application.port.in;

import org.jspecify.annotations.NullMarked;
