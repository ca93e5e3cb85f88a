@NullMarked
package io.keywheel.adapters.http.hpack;

import org.jspecify.annotations.NullMarked;
