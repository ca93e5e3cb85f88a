/// Request handling that all APIs share. It depends on none of them.
@NullMarked
package io.keywheel.adapters.http.server;

import org.jspecify.annotations.NullMarked;
