/// The gateway's HTTP server: its assembly, listener and paths.
@NullMarked
package io.keywheel.adapters.http;

import org.jspecify.annotations.NullMarked;
