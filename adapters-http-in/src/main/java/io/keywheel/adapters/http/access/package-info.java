/// Decides which requests are let in: access tokens, origins of web pages, connections.
@NullMarked
package io.keywheel.adapters.http.access;

import org.jspecify.annotations.NullMarked;
