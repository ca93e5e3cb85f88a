@NullMarked
package io.keywheel.adapters.http.http2;

import org.jspecify.annotations.NullMarked;
