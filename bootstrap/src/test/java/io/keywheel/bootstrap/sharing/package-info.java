/// Tests of the store URL for shared state.
@NullMarked
package io.keywheel.bootstrap.sharing;

import org.jspecify.annotations.NullMarked;
