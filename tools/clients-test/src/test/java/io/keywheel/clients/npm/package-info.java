/// Runs SDKs from npm with Node.
@NullMarked
package io.keywheel.clients.npm;

import org.jspecify.annotations.NullMarked;
