/// Keywheel inside another program: chats over a pool of keys, without HTTP.
///
/// [Keywheel] is the door; what goes through it is in `io.keywheel.application.port.in` and
/// `io.keywheel.domain.chat`.
@NullMarked
package io.keywheel.bootstrap.embedding;

import org.jspecify.annotations.NullMarked;
