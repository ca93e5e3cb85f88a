/// The state of the gateway: keys, health, metrics, usage, events, OpenAPI, console, reload.
@NullMarked
package io.keywheel.adapters.http.status;

import org.jspecify.annotations.NullMarked;
