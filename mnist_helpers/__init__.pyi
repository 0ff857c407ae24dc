# The public names, and where each one is. Editors read this file, and so does `__init__.py`.

from mnist_helpers import plots as plots
from mnist_helpers.app import build_app as build_app
from mnist_helpers.course import checks as checks
from mnist_helpers.course.first_cell import start_lesson as start_lesson
from mnist_helpers.data import Mnist as Mnist
from mnist_helpers.data import load_mnist as load_mnist
from mnist_helpers.data import load_raw_mnist as load_raw_mnist
from mnist_helpers.drawing import draw_strokes as draw_strokes
from mnist_helpers.export import export_html as export_html
from mnist_helpers.export import export_model as export_model
from mnist_helpers.export import prove as prove
from mnist_helpers.export import show_page as show_page
from mnist_helpers.learning.collection import Collection as Collection
from mnist_helpers.learning.fine_tuning import fine_tune as fine_tune
from mnist_helpers.learning.live_curves import LiveCurves as LiveCurves
from mnist_helpers.learning.weight_history import KeepWeights as KeepWeights
from mnist_helpers.learning.weight_history import load_epochs as load_epochs
from mnist_helpers.model import build_cnn as build_cnn
from mnist_helpers.model import load_cnn as load_cnn
from mnist_helpers.model import save_cnn as save_cnn
from mnist_helpers.pad import DrawingPad as DrawingPad
from mnist_helpers.pictures.inputs import from_picture as from_picture
from mnist_helpers.prediction import Prediction as Prediction
from mnist_helpers.preprocessing import from_strokes as from_strokes
from mnist_helpers.recognizer import Recognizer as Recognizer
from mnist_helpers.system.startup import quiet_startup as quiet_startup
