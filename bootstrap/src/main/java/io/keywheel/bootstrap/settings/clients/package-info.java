/// The settings of the listener and its clients: tokens, rules, TLS, and checks against this machine.
@NullMarked
package io.keywheel.bootstrap.settings.clients;

import org.jspecify.annotations.NullMarked;
