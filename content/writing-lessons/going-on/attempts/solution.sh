# task: hours
cp ~/hours.html ~/site/
