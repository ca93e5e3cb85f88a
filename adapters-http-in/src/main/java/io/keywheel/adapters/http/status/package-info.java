/// How the gateway is: keys, health, metrics, events, OpenAPI, console, reload.
@NullMarked
package io.keywheel.adapters.http.status;

import org.jspecify.annotations.NullMarked;
