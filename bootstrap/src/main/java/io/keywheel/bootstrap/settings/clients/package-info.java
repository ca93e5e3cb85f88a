/// The settings of the listener and its clients: tokens, rules, TLS, and what these meet on this machine.
@NullMarked
package io.keywheel.bootstrap.settings.clients;

import org.jspecify.annotations.NullMarked;
