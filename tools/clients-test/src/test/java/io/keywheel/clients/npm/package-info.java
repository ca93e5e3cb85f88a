/// The clients that npm knows, run by Node.
@NullMarked
package io.keywheel.clients.npm;

import org.jspecify.annotations.NullMarked;
