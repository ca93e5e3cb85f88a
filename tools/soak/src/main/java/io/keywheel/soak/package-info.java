/// A gateway under load and faults, every answer checked, for `./keywheel soak`.
@NullMarked
package io.keywheel.soak;

import org.jspecify.annotations.NullMarked;
