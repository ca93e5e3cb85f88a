/// Metrics and traces of requests, for the program that embeds the server.
@NullMarked
package io.keywheel.adapters.http.metrics;

import org.jspecify.annotations.NullMarked;
