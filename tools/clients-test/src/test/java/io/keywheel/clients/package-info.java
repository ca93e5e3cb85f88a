/// Runs third-party SDKs against a whole gateway over real sockets.
@NullMarked
package io.keywheel.clients;

import org.jspecify.annotations.NullMarked;
