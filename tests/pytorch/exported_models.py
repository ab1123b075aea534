"""Small models with every operator that both routes know, in the forms in which people write them."""
import torch
from torch import nn
from torch.nn import functional


class Joins(nn.Module):
    """Fork, concat, windowed pools, shortcut of type A, mean, Linear."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(1, 4, 3, padding=1)
        self.wide = nn.Conv2d(4, 4, 3, padding=1, bias=False)
        self.narrow = nn.Conv2d(4, 4, 1)
        self.norm = nn.BatchNorm2d(4)
        self.strided = nn.Conv2d(8, 12, 3, stride=2, padding=1)
        self.pool = nn.MaxPool2d(3, 2, 1, ceil_mode=True)
        self.fc = nn.Linear(12, 5)

    def forward(self, x):
        x = functional.relu(self.stem(x))
        joined = torch.cat([self.norm(self.wide(x)), functional.relu(self.narrow(x))], dim=1)
        shortcut = functional.pad(joined[:, :, ::2, ::2], (0, 0, 0, 0, 2, 2))
        x = torch.relu(self.strided(joined) + shortcut)
        x = functional.avg_pool2d(self.pool(x), 2, 1)
        x = functional.avg_pool2d(x, 3, stride=1, padding=1)
        x = x.mean([2, 3])
        return self.fc(x)


class PreActivation(nn.Module):
    """Batch norms that no layer can take over; depthwise and grouped convolutions; an activation in place."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(1, 8, 3, stride=2, bias=False)
        self.norm = nn.BatchNorm2d(8)
        self.depthwise = nn.Conv2d(8, 8, 3, padding=1, groups=8)
        self.grouped = nn.Conv2d(8, 8, (3, 1), padding=(1, 0), groups=2)
        self.relu = nn.ReLU(inplace=True)
        self.relu6 = nn.ReLU6(inplace=True)
        self.fc = nn.Linear(8, 3)

    def forward(self, x):
        x = self.first(x)
        y = self.relu(self.norm(x))
        y = self.relu6(self.depthwise(y))
        x = x + self.grouped(y)
        x = functional.leaky_relu(x, 0.5)
        x = functional.adaptive_avg_pool2d(x, (1, 1))
        return torch.softmax(self.fc(x.view(x.size(0), -1)), 1)


class Flattened(nn.Module):
    """Padding apart from the convolution; a map read whole by a Linear; a layer that is called twice."""

    def __init__(self):
        super().__init__()
        self.pad = nn.ZeroPad2d((0, 1, 0, 1))
        self.conv = nn.Conv2d(1, 6, 3, stride=2)
        self.again = nn.Conv2d(6, 6, 3, padding=1)
        self.hidden = nn.Linear(6 * 4 * 5, 7)
        self.dropout = nn.Dropout(0.5)
        self.scores = nn.Linear(7, 3)

    def forward(self, x):
        x = torch.relu(self.conv(self.pad(x)))
        x = torch.relu(self.again(torch.relu(self.again(x))))
        x = torch.flatten(x, 1)
        return self.scores(self.dropout(torch.relu(self.hidden(x))))


def trained(model, seed=3):
    """As after training: statistics and factors of batch norms are set, one factor is zero."""
    torch.manual_seed(seed)
    for module in model.modules():
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            nn.init.normal_(module.weight, std=0.5)
        elif isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.running_mean, -0.5, 0.5)
            nn.init.uniform_(module.running_var, 0.5, 1.5)
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.uniform_(module.bias, -0.5, 0.5)
            module.weight.data[1] = 0
    return model.eval()
