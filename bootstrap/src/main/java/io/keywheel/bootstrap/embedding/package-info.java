/// Keywheel inside another program: chats over a pool of keys, without HTTP.
///
/// [Keywheel] is the entry point; its use cases are in `io.keywheel.application.port.in` and
/// `io.keywheel.domain.chat`.
@NullMarked
package io.keywheel.bootstrap.embedding;

import org.jspecify.annotations.NullMarked;
