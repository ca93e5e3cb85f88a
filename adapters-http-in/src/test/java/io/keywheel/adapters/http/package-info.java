/// The APIs, tested over real sockets.
@NullMarked
package io.keywheel.adapters.http;

import org.jspecify.annotations.NullMarked;
