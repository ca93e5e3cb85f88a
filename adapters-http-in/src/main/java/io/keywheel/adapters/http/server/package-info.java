/// What every request goes through and every API uses. It knows no API.
@NullMarked
package io.keywheel.adapters.http.server;

import org.jspecify.annotations.NullMarked;
