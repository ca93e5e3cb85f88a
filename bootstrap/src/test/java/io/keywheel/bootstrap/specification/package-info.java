/// What Keywheel does, written from the names of its tests.
@NullMarked
package io.keywheel.bootstrap.specification;

import org.jspecify.annotations.NullMarked;
