/// The sockets to the clients: how long each may take, and whether somebody is still there.
///
/// Helidon times no client out and does not notice one that leaves while nothing is written to it. So every
/// byte it reads comes through here.
@NullMarked
package io.keywheel.adapters.http.line;

import org.jspecify.annotations.NullMarked;
