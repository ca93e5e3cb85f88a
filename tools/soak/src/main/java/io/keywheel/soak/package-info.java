/// The soak test of `./keywheel soak`: a gateway under load and faults, with every answer checked.
@NullMarked
package io.keywheel.soak;

import org.jspecify.annotations.NullMarked;
