/// JSON that stays as it was written.
@NullMarked
package io.keywheel.json;

import org.jspecify.annotations.NullMarked;
